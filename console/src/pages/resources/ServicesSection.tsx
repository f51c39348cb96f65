import { Badge } from "@mantine/core";
import type { ServiceStatus } from "../../api/schema";
import { useSystem } from "../../api/system";
import { DataTable } from "../../parts/DataTable";
import { Bytes, Id, Numbers } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const COLORS = { ok: "green", degraded: "yellow", down: "red", unknown: "gray" } as const;

const FRESH_S = 5; // services report every few seconds

/** Each service with its load. What does not answer keeps its last figures, and their age says so. */
export function ServicesSection() {
  const text = useText();
  return (
    <Section title={text.resources.machine.services}>
      <Loaded query={useSystem()}>{({ services }) => <Services services={services} />}</Loaded>
    </Section>
  );
}

function Services({ services }: { services: ServiceStatus[] }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.machine;
  return (
    <DataTable
      label={words.services}
      rows={services}
      rowKey={(service) => service.name}
      minWidth={860}
      columns={[
        { name: "name", title: words.service, cell: (service) => text.home.parts[service.name] ?? service.name },
        {
          name: "state",
          title: text.common.state,
          cell: (service) => <Badge color={COLORS[service.state]}>{text.home.healthStates[service.state]}</Badge>,
        },
        {
          name: "memory",
          title: words.memory,
          cell: (service) => service.memory != null && <Bytes value={service.memory} />,
        },
        {
          name: "cpu",
          title: words.cpu,
          cell: (service) => service.cpu != null && <Numbers>{format.percent(service.cpu, 1)}</Numbers>,
        },
        {
          name: "uptime",
          title: words.uptime,
          cell: (service) => service.uptime != null && words.ago(format.duration(service.uptime)),
        },
        {
          name: "age",
          title: words.age,
          cell: (service) =>
            service.age != null && (service.age < FRESH_S ? words.fresh : words.ago(format.duration(service.age))),
        },
        { name: "version", title: words.version, cell: (service) => service.version && <Id>{service.version}</Id> },
      ]}
    />
  );
}
