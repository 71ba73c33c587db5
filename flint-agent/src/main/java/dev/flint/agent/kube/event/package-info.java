/** What happens to objects, told to the API server as its Events. */
@NullMarked
package dev.flint.agent.kube.event;

import org.jspecify.annotations.NullMarked;
