import { Kbd, Table } from "@mantine/core";
import { useText } from "../text";
import { PLACES } from "./navigation";

/** Every shortcut and what it does. */
export function ShortcutTable() {
  const { nav, shortcuts } = useText().shell;
  const rows: [string[], string][] = [
    [["Ctrl", "K"], shortcuts.palette],
    [["?"], shortcuts.sheet],
    [["Shift", "D"], shortcuts.theme],
    ...PLACES.map((place): [string[], string] => [["g", place.key], shortcuts.go(nav[place.name])]),
  ];
  return (
    <Table>
      <Table.Tbody>
        {rows.map(([keys, meaning]) => (
          <Table.Tr key={keys.join()}>
            <Table.Td>{meaning}</Table.Td>
            <Table.Td className="ltr">
              {keys.map((key) => (
                <Kbd key={key} mr={4}>
                  {key}
                </Kbd>
              ))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
