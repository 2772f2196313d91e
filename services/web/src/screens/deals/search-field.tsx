import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

/** As long as an answer is awaited, what is typed waits for the next key: only the last of several words is asked for. */
const PAUSE_MS = 40;

/**
 * A search whose word stands in the address. What is typed is asked for at once where nothing is awaited; what a link or the way back
 * makes of the address is what the field shows.
 */
export function SearchField({
  asked,
  ask,
  isAwaited,
}: {
  /** Of the address. */
  readonly asked: string;
  readonly ask: (word: string) => void;
  /** The answer to what was asked last has not come yet. */
  readonly isAwaited: boolean;
}) {
  const [typed, type] = useState(asked);
  const last = useRef(asked);
  // Asked for, and not yet in the address: an address that comes late takes back no key.
  const underWay = useRef<readonly string[]>([]);
  useEffect(() => {
    const own = underWay.current.indexOf(asked);
    underWay.current = underWay.current.slice(own + 1);
    if (own >= 0 || asked === last.current) return;
    underWay.current = [];
    last.current = asked;
    type(asked);
  }, [asked]);
  useEffect(() => {
    if (typed === last.current) return;
    const pass = () => {
      last.current = typed;
      underWay.current = [...underWay.current, typed];
      ask(typed);
    };
    if (!isAwaited) {
      pass();
      return;
    }
    const pause = setTimeout(pass, PAUSE_MS);
    return () => clearTimeout(pause);
  }, [typed, isAwaited]);
  return (
    <TextInput
      label="Search"
      placeholder="Part of the id or the account"
      w={260}
      value={typed}
      onChange={({ currentTarget: { value } }) => type(value)}
    />
  );
}
