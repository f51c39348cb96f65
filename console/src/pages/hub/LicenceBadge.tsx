import { Badge } from "@mantine/core";
import type { CatalogItem } from "../../api/schema";
import { useText } from "../../text";

const COLORS = { free: "green", "non-commercial": "yellow", gated: "yellow", unknown: "gray" } as const;

/** What a licence allows, and its name. */
export function LicenceBadge({
  licence,
  licenceClass = "unknown",
}: {
  licence?: string | null;
  licenceClass?: CatalogItem["licenseClass"];
}) {
  const text = useText();
  return (
    <Badge color={COLORS[licenceClass]}>
      {text.hub.licenceClasses[licenceClass]}
      {licence && (
        <>
          {" · "}
          <bdi>{licence}</bdi>
        </>
      )}
    </Badge>
  );
}
