import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dealMapping } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { check, deals, mappingOf } from './csv.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/how-to/import-deals.md'), 'utf8');
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text ?? '');

describe('docs/how-to/import-deals.md', () => {
  test('shows mappings that can be used', async () => {
    expect(blocks('yaml').map((yaml) => mappingOf(yaml).source)).toEqual(['salesforce', 'crm', 'shop']);
    const opportunities = [
      'Opportunity ID,Account Name,Amount,Amount Currency,Close Date,Opportunity Owner,Team Member 1,Percent 1,Team Member 2,Percent 2,Stage,Cancellation Date,Type,Term (months),Renewal,Fiscal Period',
      '0065g00000AbCdE,"Acme, Inc.","12,500.00",USD,3/31/2026,Ada Lovelace,Ada Lovelace,70.00,Ben Okri,30.00,Closed Won,,New,24,0,Q1',
      '0065g00000AbCdF,Bolt,900,EUR,2/1/2026,Ben Okri,,,,,Closed Cancelled,3/2/2026,Renewal,12,1,Q1',
      '0065g00000AbCdG,Corvo,,USD,,Ben Okri,,,,,Negotiation,,,,0,Q1',
    ];
    const checked = await check(`${opportunities.join('\r\n')}\r\n`, blocks('yaml')[0]);
    expect(checked).toMatchObject({ rows: 3, deals: 2, ignored: 1, cancelled: 1 });
    expect((await deals(checked)).map(({ snapshot }) => snapshot)).toMatchObject([
      {
        account: 'Acme, Inc.',
        amount: '12500.00',
        closedOn: '2026-03-31',
        credits: [
          { participant: 'ada-lovelace', share: '0.7' },
          { participant: 'ben-okri', share: '0.3' },
        ],
        attributes: { renewal: false, termMonths: { decimal: '24' }, type: 'New' },
      },
      { amount: '900.00', currency: 'EUR', owner: 'ben-okri' },
    ]);
  });

  test('shows a file that needs no mapping', async () => {
    expect(await check(blocks('csv')[0] ?? '')).toMatchObject({ deals: 2 });
  });

  test('names every field of a mapping', () => {
    const { shape } = dealMapping;
    const format = Object.keys(
      dealMapping.parse({ source: 's', deal: 'd', amount: 'a', currency: 'c', 'closed-on': 'o' }).format,
    );
    const missing = [...Object.keys(shape), ...format].filter((field) => !guide.includes(`| \`${field}\` `));
    expect(missing).toEqual([]);
  });
});
