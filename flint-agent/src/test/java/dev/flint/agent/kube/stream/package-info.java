@org.jspecify.annotations.NullMarked
package dev.flint.agent.kube.stream;
