// Run by the image of the database, once, when its volume is empty: the user of the services.
db.getSiblingDB('alongside').createUser({
  user: 'alongside',
  pwd: cat('/run/secrets/mongodb-password').trim(),
  roles: [{ role: 'readWrite', db: 'alongside' }],
});
