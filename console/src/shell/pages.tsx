import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Link } from "@tanstack/react-router";
import { ErrorAlert } from "../parts/ErrorAlert";
import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";
import { useText } from "../text";

export function PageNotFound() {
  const text = useText();
  return (
    <Page title={text.shell.notFound}>
      <Empty
        title={text.shell.notFound}
        action={
          <Button component={Link} to="/">
            {text.shell.goHome}
          </Button>
        }
      />
    </Page>
  );
}

export function PageCrash({ error }: ErrorComponentProps) {
  const text = useText();
  return (
    <Page title={text.shell.crashed}>
      <ErrorAlert error={error} onRetry={() => location.reload()} />
    </Page>
  );
}
