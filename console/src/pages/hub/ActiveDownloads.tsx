import { useInfiniteQuery } from "@tanstack/react-query";
import { downloadsQuery, isActive } from "../../api/jobs";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { DownloadCard } from "./DownloadCard";

/** What is on its way now, above every list. Nothing when there is none. */
export function ActiveDownloads() {
  const text = useText();
  const jobs = useInfiniteQuery(downloadsQuery).data?.pages.flatMap((page) => page.data) ?? [];
  const active = jobs.filter(isActive);
  if (active.length === 0) return null;
  return (
    <Section title={text.hub.download.active}>
      {active.map((job) => (
        <DownloadCard key={job.id} job={job} />
      ))}
    </Section>
  );
}
