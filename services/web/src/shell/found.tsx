import { Badge, List, Text } from '@mantine/core';
import { $api } from '../api/client.ts';
import { GoTo } from '../parts/go-to.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import { addressOf, type Hit, NAMED } from './addresses.ts';
import { useMe } from './me.tsx';
import { useScreens } from './screens.tsx';

/** What a search finds, each as a link to where one sees it. */
export function Found({ text, asOf }: { readonly text: string; readonly asOf: string | undefined }) {
  const { role } = useMe();
  const found = $api.useQuery('get', '/v1/search', { params: { query: { text, limit: '50', asOf } } });
  return (
    <Answer of={found}>
      {({ hits, more }) =>
        hits.length === 0 ? (
          <Empty title={`Nothing that you can see has “${text}” in it`}>Write less of it, or another word.</Empty>
        ) : (
          <>
            <List listStyleType="none" spacing={4} aria-label="Found">
              {hits.map((hit) => (
                <List.Item key={`${hit.kind} ${hit.id}`}>
                  <FoundOne hit={hit} role={role} />
                </List.Item>
              ))}
            </List>
            {more ? (
              <Text size="sm" c="dimmed">
                More fits: write another word.
              </Text>
            ) : null}
          </>
        )
      }
    </Answer>
  );
}

function FoundOne({ hit, role }: { readonly hit: Hit; readonly role: string }) {
  const address = addressOf(hit, role, useScreens());
  const name = hit.title === null || hit.title === hit.id ? hit.id : `${hit.title} (${hit.id})`;
  return (
    <>
      <Badge variant="default" size="sm" tt="none" mr="xs">
        {NAMED[hit.kind]}
      </Badge>
      {address === undefined ? (
        name
      ) : (
        <GoTo to={address.to} search={address.search}>
          {name}
        </GoTo>
      )}
      {hit.detail === null ? null : (
        <Text span c="dimmed" size="sm">
          {' '}
          {hit.detail}
        </Text>
      )}
    </>
  );
}
