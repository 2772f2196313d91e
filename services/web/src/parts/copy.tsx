import { Button, type ButtonProps, CopyButton } from '@mantine/core';

/** Puts a text on the clipboard, and says so. */
export function Copy({ text, ...props }: { readonly text: string } & ButtonProps) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="xs" {...props} onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </CopyButton>
  );
}
