/**
 * Ordinary containers by containerd: its Containers and Tasks services, spoken over HTTP/2 without
 * a gRPC library. The only package of the agent that uses OkHttp.
 */
@NullMarked
package dev.flint.agent.containerd;

import org.jspecify.annotations.NullMarked;
