import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { isProblem } from '@ledger/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignIn } from './sign-in.ts';

/** Days that a browser keeps a file whose name is of its bytes. */
const KEPT_DAYS = 365;

/**
 * Serves the web application beside the API: its files, and its page at every address that is none of the API's, so that whatever a
 * person sees has an address of its own. The page holds nothing of the ledger.
 */
export async function serveApp(app: FastifyInstance, folder: string, signIn: SignIn | undefined): Promise<AppPage> {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    immutable: true,
    preCompressed: true,
    maxAge: KEPT_DAYS * 86_400_000,
  });
  return {
    isFor: ({ method, url, headers }) =>
      (method === 'GET' || method === 'HEAD') &&
      !/^\/(?:v1|assets|metrics|healthz|readyz|openapi\.json)(?:[/?]|$)/.test(url) &&
      headers.accept?.includes('text/html') === true,
    async send(reply) {
      const nonce = randomBytes(16).toString('base64');
      const where = await signIn?.();
      const token = where === undefined || isProblem(where) ? '' : ` ${new URL(where.token).origin}`;
      return reply
        .code(200)
        .headers({ 'content-security-policy': policy(nonce, token), 'cache-control': 'no-store' })
        .type('text/html; charset=utf-8')
        .send(page.replaceAll('__NONCE__', nonce));
    },
  };
}

export interface AppPage {
  readonly isFor: (request: FastifyRequest) => boolean;
  readonly send: (reply: FastifyReply) => Promise<FastifyReply>;
}

/** No script but ours, no address but this server and where tokens are had; styles that a component makes carry the nonce of the page. */
function policy(nonce: string, token: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self'${token}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
