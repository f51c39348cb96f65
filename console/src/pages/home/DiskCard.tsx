import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { systemQuery } from "../../api/system";
import { Bar } from "../../parts/Bar";
import { Numbers } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const ALMOST_FULL = 90; // percent: a voice with its checkpoints needs some GB

/** How full the disk is, and what of it is Sokhan's. */
export function DiskCard() {
  const text = useText();
  const format = useFormat();
  const system = useQuery(systemQuery);
  const assets = useQuery({
    queryKey: ["assets", "totals"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/assets", { signal }))).totals,
  });
  return (
    <Section title={text.home.disk}>
      <Loaded query={system} lines={2}>
        {({ disk }) => {
          const used = disk.total > 0 ? ((disk.total - disk.free) / disk.total) * 100 : 0;
          return (
            <>
              <Bar
                value={used}
                color={used > ALMOST_FULL ? "red" : undefined}
                label={text.home.disk}
                valueText={format.percent(used)}
              />
              <Text>
                <Numbers>{text.home.diskUse(format.bytes(disk.total - disk.free), format.bytes(disk.total))}</Numbers>
              </Text>
            </>
          );
        }}
      </Loaded>
      {assets.data && (
        <Text c="dimmed">{text.home.assets(format.integer(assets.data.count), format.bytes(assets.data.bytes))}</Text>
      )}
    </Section>
  );
}
