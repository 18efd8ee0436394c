// Run by the image of the database, once, when its volume is empty: the user of the services.
db.getSiblingDB('alongside').createUser({
  user: 'alongside',
  pwd: cat('/run/secrets/mongodb-password').trim(),
  // The second holds what the operator's own analysts may read.
  roles: ['alongside', 'alongside_analysis'].map((each) => ({ role: 'readWrite', db: each })),
});
