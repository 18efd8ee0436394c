// For suites that know the system from outside: they find every service in a process of its own, behind the gateway.
process.env.ALONGSIDE_TEST_RUNTIME = 'distributed';
