{{/* The pod of a service. Arguments: root, name. */}}
{{- define "sokhan.pod" -}}
{{- $service := get .root.Values .name }}
{{- $gpu := $service.gpu | default dict }}
serviceAccountName: {{ include "sokhan.fullname" .root }}
automountServiceAccountToken: false
{{- /* A Service of the name “sokhan” would set SOKHAN_PORT to an address. */}}
enableServiceLinks: false
{{- /* The pod's first process collects ended ones, and a restarted container sees that its predecessor is dead (ADR 11). */}}
shareProcessNamespace: true
terminationGracePeriodSeconds: {{ include "sokhan.gracePeriod" $service }}
securityContext:
  {{- include "sokhan.podSecurity" . | nindent 2 }}
{{- with include "sokhan.pullSecrets" .root }}
{{ . }}
{{- end }}
{{- with $service.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- if $gpu.enabled }}{{ with $gpu.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}{{ end }}
{{- with $service.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if or $service.tolerations $gpu.enabled }}
tolerations:
  {{- if $gpu.enabled }}
  - {key: {{ $gpu.resource }}, operator: Exists, effect: NoSchedule}
  {{- end }}
  {{- with $service.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with $service.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "sokhan.selector" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
{{- if eq .name "synth" }}
initContainers:
  {{- /* Makes the folders of an empty volume, which the synth itself sees read-only. */}}
  - name: folders
    image: {{ include "sokhan.image" (dict "root" .root "image" $service.image) }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    command: [python, -c, "import os; from pathlib import Path; from shared.files import DataTree; os.umask(0o077); DataTree(Path('/data')).prepare()"]
    securityContext:
      {{- include "sokhan.containerSecurity" . | nindent 6 }}
    resources:
      requests: {cpu: 50m, memory: 128Mi}
      limits: {cpu: 500m, memory: 256Mi}
    volumeMounts:
      - {name: data, mountPath: /data}
      - {name: tmp, mountPath: /tmp}
{{- end }}
containers:
  - {{ include "sokhan.container" . | nindent 4 | trim }}
volumes:
  {{- include "sokhan.volumes" . | trim | nindent 2 }}
{{- end }}
