import { Alert, Button, Group } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { useConnection, useReconnect } from "../live/live";
import { Icon } from "../parts/Icon";
import { useText } from "../text";

/** Says that what is shown may be old, and that the work goes on. */
export function Banner() {
  const text = useText();
  const { online } = useNetwork();
  const lost = useConnection() === "lost";
  const reconnect = useReconnect();
  const message = !online ? text.shell.offline : lost ? text.shell.lost : null;
  return (
    <div role="status">
      {message && (
        <Alert color="yellow" mb="md" icon={<Icon name="warning" />} className="no-print">
          <Group justify="space-between">
            {message}
            {online && (
              <Button size="xs" variant="default" onClick={reconnect}>
                {text.shell.retryNow}
              </Button>
            )}
          </Group>
        </Alert>
      )}
    </div>
  );
}
