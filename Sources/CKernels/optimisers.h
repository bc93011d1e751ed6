// Optimiser steps, fused: each reads and writes every array once. Without contraction they give the same bits
// on every instruction set.

#define SQRT __builtin_elementwise_sqrt

// What is kept of a mean that no gradient has fed for long. It ends where it is far too small to move a weight beside
// epsilon, and at 1e-30 at most: with epsilons above 1e-12 before it is a subnormal number, which some processors
// compute with a hundred times slower. With an epsilon of zero even the smallest number counts.
INLINE float SUFFIX(least_kept)(float epsilon) {
  float least = 1e-14f * epsilon * epsilon;
  return least < 1e-30f ? least : 1e-30f;
}
#define KEPT(x, least) (SUFFIX(abs1)(x) < least ? 0 : x)

// SGD with momentum (Sutskever et al. 2013, in the form of PyTorch: the rate multiplies the buffer).
TARGET static void SUFFIX(sgd)(const kernel_step *s, bool nesterov) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict buffer = s->first;
  float scale = s->gradient_scale, decay = s->weight_decay, rate = s->learning_rate, m = s->first_rate;
  if (!buffer) {
    for (ptrdiff_t i = 0; i < s->count; i++) p[i] -= rate * (gradient[i] * scale + decay * p[i]);
    return;
  }
  float kept = nesterov ? 1 : 0, look = nesterov ? m : 1, share = s->gradient_share;
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float b = buffer[i] * m + share * g;
    buffer[i] = b = KEPT(b, 1e-30f);
    p[i] -= rate * (kept * g + look * b);
  }
}

INLINE void SUFFIX(adam_run)(const kernel_step *s, bool decoupled_decay, bool keeps_largest) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict first = s->first;
  float *restrict second = s->second;
  float *restrict largest = s->third;
  float scale = s->gradient_scale, rate = s->learning_rate * s->first_correction;
  float share = s->learning_rate * s->gradient_share;
  float correction = s->second_correction, epsilon = s->epsilon, b1 = s->first_rate, b2 = s->second_rate;
  float decay = decoupled_decay ? 0 : s->weight_decay;
  float shrink = decoupled_decay ? 1 - s->learning_rate * s->weight_decay : 1, least = SUFFIX(least_kept)(epsilon);
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float m = b1 * first[i] + (1 - b1) * g;
    float v = b2 * second[i] + (1 - b2) * (g * g);
    first[i] = m = KEPT(m, least);
    second[i] = v = KEPT(v, least);
    if (keeps_largest) largest[i] = v = v > largest[i] ? v : largest[i];
    p[i] = p[i] * shrink - (share * g + rate * m) / (SQRT(v) * correction + epsilon);
  }
}

// Adam (Kingma and Ba 2015); with decoupled decay AdamW (Loshchilov and Hutter 2019); with a third array
// AMSGrad (Reddi et al. 2018). NAdam and RAdam differ in the corrections and the share of the gradient.
TARGET static void SUFFIX(adam)(const kernel_step *s, bool decoupled_decay) {
  if (s->third) return SUFFIX(adam_run)(s, decoupled_decay, true);
  SUFFIX(adam_run)(s, decoupled_decay, false);
}

INLINE void SUFFIX(rmsprop_part)(const kernel_step *s, ptrdiff_t start, ptrdiff_t end, bool centred,
                                 bool has_momentum, bool epsilon_inside) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict mean = s->first;
  float *restrict square = s->second;
  float *restrict momentum = s->third;
  float scale = s->gradient_scale, rate = s->learning_rate, decay = s->weight_decay;
  float alpha = s->second_rate, epsilon = s->epsilon, kept = s->first_rate, least = SUFFIX(least_kept)(epsilon);
  for (ptrdiff_t i = start; i < end; i++) {
    float g = gradient[i] * scale + decay * p[i];
    float v = alpha * square[i] + (1 - alpha) * (g * g);
    square[i] = v = KEPT(v, least);
    if (centred) {
      float m = alpha * mean[i] + (1 - alpha) * g;
      mean[i] = m = KEPT(m, least);
      // Rounding can leave the variance a little below zero.
      v = v - m * m > 0 ? v - m * m : 0;
    }
    float deviation = epsilon_inside ? SQRT(v + epsilon) : SQRT(v) + epsilon;
    if (has_momentum) {
      float b = kept * momentum[i] + g / deviation;
      momentum[i] = b = KEPT(b, 1e-30f);
      p[i] -= rate * b;
    } else {
      p[i] -= rate * g / deviation;
    }
  }
}

// What a step does where the gradient is zero, without the root and the quotient that take most of its time. Weights of
// units that were not active have such gradients.
INLINE void SUFFIX(rmsprop_decay)(const kernel_step *s, ptrdiff_t start, bool centred) {
  float *restrict square = s->second + start, *restrict mean = s->first + start;
  float least = SUFFIX(least_kept)(s->epsilon);
  for (int i = 0; i < 16; i++) {
    float v = square[i] * s->second_rate;
    square[i] = KEPT(v, least);
    if (!centred) continue;
    float m = mean[i] * s->second_rate;
    mean[i] = KEPT(m, least);
  }
}

INLINE bool SUFFIX(are_zero)(const float *x) {
  int32_t bits = 0;
  for (int i = 0; i < 16; i++) bits |= SUFFIX(to_bits)(x[i]);
  return !(bits & 0x7FFFFFFF);
}

INLINE void SUFFIX(rmsprop_run)(const kernel_step *s, bool centred, bool has_momentum, bool epsilon_inside) {
  bool skips = !has_momentum && s->weight_decay == 0 && s->epsilon > 0;
  ptrdiff_t i = 0;
  while (i + 16 <= s->count) {
    ptrdiff_t start = i;
    while (i + 16 <= s->count && !(skips && SUFFIX(are_zero)(s->gradient + i))) i += 16;
    SUFFIX(rmsprop_part)(s, start, i, centred, has_momentum, epsilon_inside);
    for (; skips && i + 16 <= s->count && SUFFIX(are_zero)(s->gradient + i); i += 16)
      SUFFIX(rmsprop_decay)(s, i, centred);
  }
  SUFFIX(rmsprop_part)(s, i, s->count, centred, has_momentum, epsilon_inside);
}

// RMSprop (Tieleman and Hinton 2012); centred as in Graves (2013).
TARGET static void SUFFIX(rmsprop)(const kernel_step *s, bool epsilon_inside) {
  switch ((s->first ? 4 : 0) + (s->third ? 2 : 0) + (epsilon_inside ? 1 : 0)) {
    case 0: return SUFFIX(rmsprop_run)(s, false, false, false);
    case 1: return SUFFIX(rmsprop_run)(s, false, false, true);
    case 2: return SUFFIX(rmsprop_run)(s, false, true, false);
    case 3: return SUFFIX(rmsprop_run)(s, false, true, true);
    case 4: return SUFFIX(rmsprop_run)(s, true, false, false);
    case 5: return SUFFIX(rmsprop_run)(s, true, false, true);
    case 6: return SUFFIX(rmsprop_run)(s, true, true, false);
    default: return SUFFIX(rmsprop_run)(s, true, true, true);
  }
}

// Adagrad (Duchi et al. 2011).
TARGET static void SUFFIX(adagrad)(const kernel_step *s) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict sum = s->second;
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * s->gradient_scale + s->weight_decay * p[i];
    float v = sum[i] + g * g;
    sum[i] = v;
    p[i] -= s->learning_rate * g / (SQRT(v) + s->epsilon);
  }
}

// Adadelta (Zeiler 2012): the running mean of squared steps is in `first`.
TARGET static void SUFFIX(adadelta)(const kernel_step *s) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict steps = s->first;
  float *restrict square = s->second;
  float rho = s->second_rate, epsilon = s->epsilon, least = SUFFIX(least_kept)(epsilon);
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * s->gradient_scale + s->weight_decay * p[i];
    float v = rho * square[i] + (1 - rho) * (g * g);
    float step = SQRT(steps[i] + epsilon) / SQRT(v + epsilon) * g;
    float mean = rho * steps[i] + (1 - rho) * (step * step);
    square[i] = KEPT(v, least);
    steps[i] = KEPT(mean, least);
    p[i] -= s->learning_rate * step;
  }
}

// Adamax (Kingma and Ba 2015, section 7.1).
TARGET static void SUFFIX(adamax)(const kernel_step *s) {
  float *restrict p = s->parameter;
  const float *restrict gradient = s->gradient;
  float *restrict first = s->first;
  float *restrict largest = s->second;
  float rate = s->learning_rate * s->first_correction, b1 = s->first_rate, b2 = s->second_rate;
  float least = SUFFIX(least_kept)(s->epsilon);
  for (ptrdiff_t i = 0; i < s->count; i++) {
    float g = gradient[i] * s->gradient_scale + s->weight_decay * p[i];
    float m = b1 * first[i] + (1 - b1) * g;
    float size = SUFFIX(abs1)(g) + s->epsilon, u = b2 * largest[i];
    u = u > size ? u : size;
    first[i] = m = KEPT(m, least);
    largest[i] = u;
    p[i] -= rate * m / u;
  }
}
