import { Badge, Button, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { DataTable } from "../../parts/DataTable";
import { Id, Moment } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { useAction } from "../../parts/useAction";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const COLORS = { pending: "yellow", delivered: "green", failed: "red" } as const;
const SHOWN = 20;

/** The newest messages to a webhook. */
export function Deliveries({ hook }: { hook: string }) {
  const text = useText();
  const words = text.settings.notifications;
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  const key = ["webhooks", hook, "deliveries"];
  const path = { id: hook };
  const deliveries = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      ask(api.GET("/api/webhooks/{id}/deliveries", { params: { path, query: { limit: SHOWN } }, signal })),
    refetchInterval: 5000,
  });
  const replay = useAction(
    (delivery: string) =>
      ask(api.POST("/api/webhooks/{id}/deliveries/{delivery}/replay", { params: { path: { ...path, delivery } } })),
    { done: words.replayed, onDone: () => client.invalidateQueries({ queryKey: key }) },
  );
  return (
    <Loaded query={deliveries}>
      {(rows) =>
        rows.length === 0 ? (
          <Text c="dimmed">{words.noDeliveries}</Text>
        ) : (
          <DataTable
            label={words.deliveries}
            rows={rows}
            rowKey={(delivery) => delivery.id}
            columns={[
              { name: "type", title: text.common.name, cell: (delivery) => <Id>{delivery.type}</Id> },
              {
                name: "time",
                title: text.common.time,
                cell: (delivery) => <Moment time={delivery.createdAt} now={now} />,
              },
              {
                name: "state",
                title: text.common.state,
                cell: (delivery) => <Badge color={COLORS[delivery.state]}>{words.states[delivery.state]}</Badge>,
              },
              {
                name: "attempts",
                title: "",
                cell: (delivery) =>
                  `${words.attempts(format.integer(delivery.attempts))} ${delivery.status ?? delivery.error ?? ""}`,
              },
              {
                name: "replay",
                title: "",
                cell: (delivery) =>
                  delivery.state !== "pending" && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${words.replay}: ${delivery.type}, ${format.dateTime(delivery.createdAt)}`}
                      onClick={() => replay.mutate(delivery.id)}
                    >
                      {words.replay}
                    </Button>
                  ),
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}
