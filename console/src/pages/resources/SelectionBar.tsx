import { Button, Group, Text } from "@mantine/core";
import { Icon } from "../../parts/Icon";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { Stored } from "./stored";
import { bytesOf } from "./stored";

/** How much is selected, and what to do with it. */
export function SelectionBar({
  rows,
  onClear,
  onRemove,
}: {
  rows: Stored[];
  onClear: () => void;
  onRemove: () => void;
}) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.removal;
  return (
    <Group>
      <Text size="sm" role="status">
        {rows.length ? words.selected(format.integer(rows.length), format.bytes(bytesOf(rows))) : words.nothing}
      </Text>
      <Button
        size="xs"
        color="red"
        leftSection={<Icon name="trash" size={14} />}
        disabled={rows.length === 0}
        onClick={onRemove}
      >
        {words.remove}
      </Button>
      {rows.length > 0 && (
        <Button size="xs" variant="default" onClick={onClear}>
          {words.clear}
        </Button>
      )}
    </Group>
  );
}
