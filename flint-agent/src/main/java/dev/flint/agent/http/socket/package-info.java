/** WebSockets (RFC 6455) on connections that came as requests of HTTP; the side of a server. */
@NullMarked
package dev.flint.agent.http.socket;

import org.jspecify.annotations.NullMarked;
