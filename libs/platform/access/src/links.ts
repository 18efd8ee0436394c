import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** What a one-time link is for, and for whom. */
export interface Link {
  /** `invitation`, `set-up`: a token for one is none for another. */
  readonly purpose: string;
  /** Whom or what it is for: an id. */
  readonly subject: string;
  /** RFC 3339: when the command that issues it was recorded, so that a retried command shows the same link. */
  readonly issuedAt: string;
}

/** Unguessable tokens for links. They are derived, not stored: whoever keeps the secret can tell an authentic one. */
export interface Links {
  tokenFor(link: Link): string;
  /** Whom an authentic token is for and when it was issued; undefined for any other text. */
  read(purpose: string, token: string): Omit<Link, 'purpose'> | undefined;
}

export function createLinks(secret: KeyObject): Links {
  const mark = (purpose: string, payload: string): Buffer => createHmac('sha256', secret).update(`link\0${purpose}\0${payload}`).digest();
  return {
    tokenFor({ purpose, subject, issuedAt }) {
      const payload = Buffer.from(`${Date.parse(issuedAt).toString(36)}:${subject}`).toString('base64url');
      return `${payload}.${mark(purpose, payload).toString('base64url')}`;
    },
    read(purpose, token) {
      const [payload, given, ...more] = token.split('.');
      if (payload === undefined || given === undefined || more.length > 0) return undefined;
      const [expected, actual] = [mark(purpose, payload), Buffer.from(given, 'base64url')];
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
      const text = Buffer.from(payload, 'base64url').toString();
      const end = text.indexOf(':');
      return { issuedAt: new Date(Number.parseInt(text.slice(0, end), 36)).toISOString(), subject: text.slice(end + 1) };
    },
  };
}
