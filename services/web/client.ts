import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openapiOf, ROUTES } from '@ledger/api';
import openapiTS, { astToString } from 'openapi-typescript';

const FILE = join(import.meta.dirname, 'src', 'api', 'generated', 'schema.d.ts');

/**
 * Writes the types of the API that the application calls, from the API's own description. They are not checked in: the type check
 * makes them first, so that they cannot be stale. What is built holds no types and needs none.
 */
async function writeClient(): Promise<void> {
  const document = JSON.stringify(openapiOf(ROUTES));
  const text = astToString(await openapiTS(document, { defaultNonNullable: false }));
  mkdirSync(join(FILE, '..'), { recursive: true });
  if (present() !== text) writeFileSync(FILE, text);
}

function present(): string | undefined {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) await writeClient();
