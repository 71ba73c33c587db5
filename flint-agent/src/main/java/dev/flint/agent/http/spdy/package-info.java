/**
 * As much of SPDY/3.1 as ports of pods are forwarded by; the side of a server. Kubernetes still
 * speaks it inside of WebSockets.
 */
@NullMarked
package dev.flint.agent.http.spdy;

import org.jspecify.annotations.NullMarked;
