import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** What the tokens of tests are for. */
export const AUDIENCE = 'urn:ledger:acme';

export interface TestProvider {
  readonly issuer: string;
  /** A token of a program, for a resource. */
  tokenFor(client: string, resource?: string): Promise<string>;
  stop(): void;
}

/** A provider in a process of its own (`provider.ts`), until the test ends. */
export async function makeProvider(): Promise<TestProvider> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'provider.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let issuer = '';
  for await (const line of createInterface(child.stdout)) {
    issuer = line;
    break;
  }
  const tokenFor = async (client: string, resource = AUDIENCE): Promise<string> => {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${client}:a%20secret%20of%20the%20test%20alone`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
    });
    const { access_token: token } = (await response.json()) as { readonly access_token: string };
    return token;
  };
  return { issuer, tokenFor, stop: () => void child.kill('SIGKILL') };
}
