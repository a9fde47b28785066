#include "app/program.hpp"

int main(int count, char** words) { return byolab::run_program(count, words); }
