import type { CommandRoute } from '@alongside/service';
import { contactCommands } from './contact-commands.js';
import { courseCommands } from './course-commands.js';
import { identityCommands } from './identity-commands.js';
import { intakeCommands } from './intake.js';
import { personCommands } from './person-commands.js';

export const referralCommands: readonly CommandRoute[] = [...intakeCommands, ...contactCommands, ...identityCommands, ...courseCommands, ...personCommands];
