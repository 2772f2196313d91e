import { useState } from 'react';
import { useMe } from '../../shell/me.tsx';

/** A text that one goes on with after one was away: kept in this window until it is sent, or is what it began as again. */
export function useDraft(of: string, begun: string): readonly [string, (text: string) => void, () => void] {
  const { id } = useMe();
  const key = `ledger.draft ${id} ${of}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? begun);
  const drop = () => sessionStorage.removeItem(key);
  const type = (next: string) => {
    setText(next);
    if (next === begun) drop();
    else sessionStorage.setItem(key, next);
  };
  return [text, type, drop];
}
