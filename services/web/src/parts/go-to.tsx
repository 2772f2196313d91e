import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Search, useAsOf } from './address.ts';

/** A link to another screen. It keeps the moment that one looks at. */
export function GoTo({
  to,
  search = {},
  children,
  ...props
}: { readonly to: string; readonly search?: Search; readonly children: ReactNode } & AnchorProps) {
  const asOf = useAsOf();
  return (
    <Anchor
      // As its surroundings, unless it says of which size it is.
      inherit={props.size === undefined}
      renderRoot={(given) => <Link to={to} search={{ asOf, ...search } as never} {...given} />}
      {...props}
    >
      {children}
    </Anchor>
  );
}
