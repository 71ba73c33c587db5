@org.jspecify.annotations.NullMarked
package dev.flint.agent.http.spdy;
