export { copySubjectKeys, OtherKeys, type SubjectKeysCopied } from './copy-subject-keys.js';
export { KeyEncryptionKeyMissing, openMongoSubjectKeys, setUpMongoSubjectKeys, type MongoSubjectKeys, type MongoSubjectKeysOptions } from './mongo-subject-keys.js';
