import { type Appended, bound, type EventStore } from '@ledger/kernel';

/** A store that dies at the n-th append, before it or after it. */
export function dying(left: { appends: number }, when: 'before' | 'after') {
  return (store: EventStore): EventStore => ({
    ...bound(store),
    async append(append) {
      if (left.appends <= 0 && when === 'before') throw new Error('killed');
      const answer = await store.append(append);
      left.appends -= 1;
      if (left.appends < 0) throw new Error('killed');
      return answer;
    },
    async appendEach(appends) {
      // Those of one batch are independent: it can die between any two of them.
      const answers: Appended[] = [];
      for (const append of appends) {
        if (left.appends <= 0 && when === 'before') throw new Error('killed');
        answers.push(...(await store.appendEach([append])));
        left.appends -= 1;
        if (left.appends < 0) throw new Error('killed');
      }
      return answers;
    },
  });
}
