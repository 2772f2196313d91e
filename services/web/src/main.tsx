import { Alert, Anchor, Badge, type CSSVariablesResolver, createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeEarly } from './api/early.ts';
import { router } from './router.tsx';

/** The page's own, by which the browser knows the styles that components add (Content-Security-Policy). */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// What keeps the page still behind a dialog asks for it under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 8,
  autoContrast: true,
  fontFamily: 'system-ui, sans-serif',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    // A link within a text is seen without its colour, too.
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    // What it says is one word or two: it is never cut off, and on a light ground it is read without its colour.
    Badge: Badge.extend({
      styles: { root: { minWidth: 'max-content' } },
      vars: (_, { variant }) => ({
        root: variant === 'light' ? { '--badge-color': 'var(--mantine-color-text)' } : {},
      }),
    }),
    // Colour alone says nothing, and the library's own green is too light to be read.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
  },
});

/** What is less important is still to be read, and what is wrong: the library's own grey and red are too light for that (WCAG AA). */
const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
});

const queries = new QueryClient({
  defaultOptions: {
    // A refusal stays a refusal; what the network lost is asked for once more.
    queries: { staleTime: 5_000, retry: (count, error) => count < 1 && !('code' in (error as object)) },
  },
});

// The same as if the first screen had asked for it itself.
takeEarly(({ path, init, answer }) => {
  const queryKey = init === undefined ? ['get', path] : ['get', path, init];
  void queries.prefetchQuery({ queryKey, queryFn: () => answer, retry: false });
});

const place = document.getElementById('root');
if (place === null) throw new Error('The page has no place for the application.');
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readable}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
