import { FileInput, Group, Paper, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import classes from './import.module.css';

/** Where a file comes from: it is dropped anywhere on the card, or chosen. */
export function Drop({ file, take }: { readonly file: File | null; readonly take: (file: File | null) => void }) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <Paper
      p="lg"
      radius="md"
      className={classes.drop}
      data-over={isOver ? true : undefined}
      component="section"
      aria-label="The file"
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [dropped] = event.dataTransfer.files;
        if (dropped !== undefined) take(dropped);
      }}
    >
      <Group align="flex-end" gap="md">
        <IconFileUpload size={36} stroke={1.3} aria-hidden />
        <FileInput
          label="File"
          placeholder="Choose a CSV file"
          accept=".csv,.txt,text/csv"
          clearable
          clearButtonProps={{ 'aria-label': 'Without a file' }}
          value={file}
          onChange={take}
          miw={220}
        />
        <Text size="sm" c="dimmed" pb={8}>
          {file === null ? 'or drop it here' : sizeText(file.size)}
        </Text>
      </Group>
    </Paper>
  );
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
