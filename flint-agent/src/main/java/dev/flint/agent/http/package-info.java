/** What the agent tells over HTTP: pods, logs, and numbers. Loaded only if it listens. */
@NullMarked
package dev.flint.agent.http;

import org.jspecify.annotations.NullMarked;
