import { Button, Group, Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useState } from "react";
import { useText } from "../../text";
import { isDatasetName } from "./names";
import type { ImportFormat } from "./uploads";
import { FORMATS } from "./uploads";

interface Props {
  name: string;
  submit: string;
  pending?: boolean;
  onSubmit: (name: string, format: ImportFormat) => void;
  extra?: ReactNode;
}

/** The name and the format of a dataset to be. */
export function NameForm({ name: first, submit, pending = false, onSubmit, extra }: Props) {
  const text = useText();
  const words = text.datasets.upload;
  const [name, setName] = useState(first);
  const [format, setFormat] = useState<ImportFormat>("auto");
  const right = isDatasetName(name.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (right) onSubmit(name.trim(), format);
      }}
    >
      <Group align="flex-start">
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name && !right ? words.nameWrong : null}
          dir="ltr"
          required
        />
        <Select
          label={words.format}
          description={words.formatHelp}
          value={format}
          onChange={(chosen) => setFormat(chosen ?? "auto")}
          data={FORMATS.map((value) => ({ value, label: words.formats[value] }))}
          allowDeselect={false}
        />
        <Group mt={{ base: 0, sm: 46 }}>
          <Button type="submit" disabled={!right} loading={pending}>
            {submit}
          </Button>
          {extra}
        </Group>
      </Group>
    </form>
  );
}
