@org.jspecify.annotations.NullMarked
package dev.flint.agent.http.socket;
