import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/**
 * A real identity provider on loopback, in a process of its own: `node provider.ts`. It prints its address, and gives programs tokens
 * for the resource that they name, signed by keys that it makes when it starts; people sign in under any name. Audience and life come from the request.
 */
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      ...['chloe', 'stranger'].map((id) => ({
        client_id: id,
        client_secret: 'a secret of the test alone',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
      // The web application: a public client. Of a native one the port may be any (RFC 8252).
      {
        client_id: 'web',
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code'],
        redirect_uris: ['http://127.0.0.1/signed-in'],
        response_types: ['code'],
      },
    ],
    clientBasedCORS: () => true,
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: resource.endsWith('brief') ? 1 : 300,
        }),
      },
    },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\n`);
});
