// Run by the image of the database, once, when its volume is empty: the user of the services. `fs` is there because mongosh is Node;
// what the shell before it had, `cat` and the like, is not.
db.getSiblingDB('alongside').createUser({
  user: 'alongside',
  pwd: fs.readFileSync('/run/secrets/mongodb-password', 'utf8').trim(),
  // The second holds what the operator's own analysts may read.
  roles: ['alongside', 'alongside_analysis'].map((each) => ({ role: 'readWrite', db: each })),
});
