@NullMarked
package dev.flint.agent.kube.api;

import org.jspecify.annotations.NullMarked;
