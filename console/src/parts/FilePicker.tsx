import { Button, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { FileChoice } from "./FileChoice";
import { Icon } from "./Icon";

interface Props {
  label: string;
  drop: string;
  about?: string;
  accept?: string;
  onFile: (file: File) => void;
}

/** A place to drop a file, with a button for those who do not drag. */
export function FilePicker({ label, drop, about, accept, onFile }: Props) {
  const [over, setOver] = useState(false);
  useEffect(keepPage, []);
  return (
    <Stack
      align="center"
      gap="xs"
      p="lg"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      }}
      style={{
        border: `2px dashed var(${over ? "--mantine-primary-color-filled" : "--mantine-color-default-border"})`,
        borderRadius: "var(--mantine-radius-md)",
      }}
    >
      <Icon name="upload" size={28} />
      <Text>{drop}</Text>
      <FileChoice accept={accept} onFile={onFile}>
        {(props) => <Button {...props}>{label}</Button>}
      </FileChoice>
      {about && (
        <Text size="sm" c="dimmed" ta="center">
          {about}
        </Text>
      )}
    </Stack>
  );
}

/** A file that is dropped beside the place would be opened by the browser, in place of the page and its uploads. */
function keepPage(): () => void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  window.addEventListener("dragover", refuse);
  window.addEventListener("drop", refuse);
  return () => {
    window.removeEventListener("dragover", refuse);
    window.removeEventListener("drop", refuse);
  };
}
