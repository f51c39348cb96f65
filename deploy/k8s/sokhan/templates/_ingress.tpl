{{/* What a controller needs for WebSockets, event streams and large uploads, by the name of its class. The gateway sends a
     byte every 15 seconds; an hour is for calls that compute before their first byte. Argument: root. */}}
{{- define "sokhan.ingressAnnotations" -}}
{{- if eq .Values.ingress.className "nginx" }}
nginx.org/websocket-services: {{ include "sokhan.fullname" . }}-gateway
nginx.org/proxy-read-timeout: 3600s
nginx.org/proxy-send-timeout: 3600s
nginx.org/proxy-buffering: "False"
nginx.org/client-max-body-size: "0"
# Those of ingress-nginx, which has not been maintained since March 2026; F5's controller ignores them.
nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
nginx.ingress.kubernetes.io/proxy-send-timeout: "3600"
nginx.ingress.kubernetes.io/proxy-buffering: "off"
nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
nginx.ingress.kubernetes.io/proxy-body-size: "0"
{{- else if eq .Values.ingress.className "haproxy" }}
haproxy.org/timeout-server: 1h
haproxy-ingress.github.io/timeout-server: 1h
haproxy-ingress.github.io/timeout-tunnel: 1h
{{- end }}
{{- end }}
