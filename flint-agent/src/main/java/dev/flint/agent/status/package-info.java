/** What is said of pods, in the words of the API of Kubernetes. */
@NullMarked
package dev.flint.agent.status;

import org.jspecify.annotations.NullMarked;
