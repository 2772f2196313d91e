import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factsTold, importDeals } from '@ledger/application';
import { readMapping } from '@ledger/connectors';
import { expect, test } from 'vitest';
import { makeCompany, OPS, sound } from '../support/company.ts';

const MAPPING = sound(
  readMapping(
    'source: shop\nrows: line\ndeal: order\ncurrency: { value: USD }\nclosed-on: day\nowner: rep\nlines: { product: item, amount: value }\n',
    'shop.yaml',
  ),
);
const ORDERS = `order,rep,day,item,value
S-1,ada,2026-03-02,pen,600
S-2,ada,2026-03-03,pen,100
S-2,ada,2026-03-03,ink,50
`;

test('a deal that is told differently by its amount is worth what its only line is; of several, the lines are asked for', async () => {
  const made = await makeCompany();
  const file = join(made.folder, 'orders.csv');
  writeFileSync(file, ORDERS);
  const ask = { file, mapping: MAPPING, folder: made.folder, snapshot: false, dryRun: false };
  sound(await importDeals(made.ledger, ask, OPS));
  const told = (deal: string) =>
    factsTold(made.ledger, 'ada', { deals: [], told: [{ source: 'shop', deal, amount: '1000' }], splits: [] });
  expect(sound(await told('S-1'))?.deals[0]?.snapshot).toMatchObject({
    amount: '1000',
    lines: [{ product: 'pen', amount: '1000' }],
  });
  expect(await told('S-2')).toMatchObject({
    code: 'lines_not_whole',
    message: expect.stringContaining('its 2 lines; tell the whole of it'),
  });
});
