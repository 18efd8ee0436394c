import { subjectKeysContract } from '@alongside/testing';
import { inMemorySubjectKeys } from './in-memory-subject-keys.js';

subjectKeysContract('in memory', async () => ({ keys: inMemorySubjectKeys() }));
