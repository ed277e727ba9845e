# The packed package on Node 26. `docker build -t k8s-monitor:dev .`
FROM node:26-slim AS package
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# What npm would publish, installed as anybody would install it; the image's own Node runs it, so the one that npm brings along goes.
RUN npm pack --silent --pack-destination /tmp \
  && npm install --global --prefix /opt/k8s-monitor --ignore-scripts /tmp/k8s-monitor-*.tgz \
  && rm -rf /opt/k8s-monitor/lib/node_modules/k8s-monitor/node_modules/node-*

FROM node:26-slim AS system
# jq runs the custom checks. Nothing installs packages while the monitor runs, so what could is taken away.
RUN apt-get update \
  && apt-get install -y --no-install-recommends jq \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/* \
    /usr/local/lib/node_modules /usr/local/lib/npm /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
  && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=package /opt/k8s-monitor /opt/k8s-monitor
RUN ln -s /opt/k8s-monitor/bin/k8s-monitor /usr/local/bin/k8s-monitor \
  && mkdir -p /app/.claude/agents /app/logs \
  && chown -R 1000:1000 /app/logs

# One layer: what was removed above is really gone.
FROM scratch
LABEL org.opencontainers.image.title="k8s-monitor" \
  org.opencontainers.image.description="The Kubernetes monitor that operators steer by editing Markdown in two ConfigMaps" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=system / /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_ENV=production K8S_MONITOR_DATA_DIR=/app/logs
WORKDIR /app
# The user `node`, as a number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 8080
ENTRYPOINT ["k8s-monitor"]
CMD ["run"]
