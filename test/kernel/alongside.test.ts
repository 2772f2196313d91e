import { alongside } from '@ledger/kernel';
import { expect, test } from 'vitest';

test('a value goes with its object: each table has its own, and nobody else sees it', () => {
  const [sizes, names] = [alongside<object, number>(), alongside<object, string>()];
  const [a, b] = [{ x: 1 }, new Map([['x', 1]])];
  sizes.set(a, 1);
  sizes.set(b, 2);
  names.set(a, 'a');
  sizes.set(a, 3);
  expect([sizes.get(a), sizes.get(b), names.get(a), names.get(b)]).toEqual([3, 2, 'a', undefined]);
  expect(sizes.get({ ...a })).toBeUndefined();
  expect(JSON.stringify(a)).toBe('{"x":1}');
  expect(Reflect.ownKeys(a)).toEqual(['x']);
  sizes.delete(a);
  sizes.delete({});
  expect([sizes.get(a), names.get(a)]).toEqual([undefined, 'a']);
});
