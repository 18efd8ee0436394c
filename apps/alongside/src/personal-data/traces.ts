import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const base64Forms = (text: string): readonly string[] =>
  // In base64 a text looks one of three ways, by what stands before it; its first and last letters depend on its neighbours.
  [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64').replace(/=+$/, '');
    const inner = encoded.slice(shift === 0 ? 0 : shift + 1, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });

/** The ways in which a text might stand in a file: as it is, in capitals, escaped, encoded, in two bytes a letter. */
function formsOf(text: string): readonly Buffer[] {
  const digits = text.replaceAll(/\D/g, '');
  const plain = [text, text.toUpperCase(), text.toLowerCase(), JSON.stringify(text).slice(1, -1), encodeURIComponent(text), text.replaceAll(' ', '+'), text.replaceAll(' ', ''), ...(digits.length >= 8 ? [digits] : [])];
  const escaped = [...text].map((letter) => (letter.charCodeAt(0) > 127 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter)).join('');
  const encoded = [...base64Forms(text), Buffer.from(text).toString('hex'), Buffer.from(text).toString('hex').toUpperCase()];
  return [...[...new Set([...plain, escaped, ...encoded])].map((form) => Buffer.from(form)), Buffer.from(text, 'utf16le')];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Finds any of many short byte sequences in one pass: by their first two bytes, then by their first four. */
function seekerOf(needles: readonly { readonly text: string; readonly bytes: Buffer }[]): (content: Buffer) => ReadonlySet<string> {
  const beginnings = new Uint8Array(65_536);
  const byStart = new Map<number, { readonly text: string; readonly bytes: Buffer }[]>();
  for (const needle of needles) {
    const start = needle.bytes.readUInt32BE(0);
    beginnings[start >>> 16] = 1;
    byStart.set(start, [...(byStart.get(start) ?? []), needle]);
  }
  return (content) => {
    const found = new Set<string>();
    for (let at = 0; at < content.length - 3; at += 1) {
      if (beginnings[content.readUInt16BE(at)] === 0) continue;
      for (const { text, bytes } of byStart.get(content.readUInt32BE(at)) ?? []) {
        if (bytes.equals(content.subarray(at, at + bytes.length))) found.add(text);
      }
    }
    return found;
  };
}

/** Where any of these texts stands, in any form: `<place>: <text>`. Every file of the folder is read as it is on the disk. */
export function tracesIn(folder: string, other: Readonly<Record<string, string>>, texts: readonly string[]): readonly string[] {
  const seek = seekerOf(texts.flatMap((text) => formsOf(text).map((bytes) => ({ text, bytes }))));
  const inFiles = filesIn(folder).flatMap((file) => [...seek(readFileSync(file))].map((text) => `${relative(folder, file)}: ${text}`));
  return [...inFiles, ...Object.entries(other).flatMap(([place, content]) => [...seek(Buffer.from(content))].map((text) => `${place}: ${text}`))];
}

/** Bytes on the disk: proof that there was something to look at. */
export const bytesIn = (folder: string): number => filesIn(folder).reduce((sum, file) => sum + statSync(file).size, 0);
