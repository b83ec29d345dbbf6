-- How many pets are registered?
-- Count all the pets.
SELECT count(*) FROM pet

-- What are the names of all vets?
-- List the name of every vet.
SELECT name FROM vet

-- Show the names of all pets that are dogs, that is, of kind Dog.
-- Which pets are of the kind Dog? Return their names.
SELECT name FROM pet WHERE kind = 'Dog'

-- What is the average weight of the pets?
-- Find the mean pet weight.
SELECT avg(weight) FROM pet

-- How many visits cost more than 200?
-- Count the visits whose cost is above 200.
SELECT count(*) FROM visit WHERE cost > 200

-- What is the total cost of all visits?
-- How much did all visits cost together?
SELECT sum(cost) FROM visit

-- List the names of the owners in alphabetical order.
SELECT name FROM owner ORDER BY name

-- What are the different specialties of the vets?
SELECT DISTINCT specialty FROM vet

-- How many different breeds of pets are there?
-- Count the distinct breeds.
SELECT count(DISTINCT breed) FROM pet

-- What is the phone number of Fiona Daly?
SELECT phone FROM owner WHERE name = 'Fiona Daly'

-- Show the name and breed of each pet.
SELECT name, breed FROM pet

-- Give the names and cities of all owners.
-- For each owner show the name and the city.
SELECT name, city FROM owner

-- How many pets of each kind are there?
-- Show each kind of pet and how many there are.
SELECT kind, count(*) FROM pet GROUP BY kind

-- What is the name of the heaviest pet?
-- Which pet weighs the most? Give its name.
SELECT name FROM pet ORDER BY weight DESC LIMIT 1

-- Who is the best paid vet?
-- What is the name of the vet with the highest salary?
SELECT name FROM vet ORDER BY salary DESC LIMIT 1

-- Show the names of the three vets hired first.
SELECT name FROM vet ORDER BY hire_year LIMIT 3

-- What is the name of each pet and the name of its owner?
-- List pet names along with the names of their owners.
SELECT T1.name, T2.name FROM pet AS T1 JOIN owner AS T2 ON T1.owner_id = T2.owner_id

-- Which pets belong to owners from Dublin? Show the pet names.
-- Find the names of pets whose owner lives in Dublin.
SELECT T1.name FROM pet AS T1 JOIN owner AS T2 ON T1.owner_id = T2.owner_id WHERE T2.city = 'Dublin'

-- How many pets does Aisling Nolan have?
-- Count the pets of the owner named Aisling Nolan.
SELECT count(*) FROM pet AS T1 JOIN owner AS T2 ON T1.owner_id = T2.owner_id WHERE T2.name = 'Aisling Nolan'

-- What are the names of pets of kind Cat that weigh more than 5?
-- Which pets are of kind Cat and heavier than 5?
SELECT name FROM pet WHERE kind = 'Cat' AND weight > 5

-- Show the reason and cost of every visit between 2022-06-01 and 2022-08-31.
-- What were the reasons and costs of the visits with dates from 2022-06-01 to 2022-08-31?
SELECT reason, cost FROM visit WHERE visit_date BETWEEN '2022-06-01' AND '2022-08-31'

-- Which visit reasons contain the word surgery? Show reason and cost.
SELECT reason, cost FROM visit WHERE reason LIKE '%surgery%'

-- For each specialty, what is the average salary of the vets?
-- Show every specialty with the average vet salary.
SELECT specialty, avg(salary) FROM vet GROUP BY specialty

-- Which breeds have at least 3 pets?
-- Show the breeds that three or more pets have.
SELECT breed FROM pet GROUP BY breed HAVING count(*) >= 3

-- What are the minimum and maximum cost of a visit?
-- Give the cheapest and the highest visit cost.
SELECT min(cost), max(cost) FROM visit

-- Which vets were hired before 2012 or earn more than 80000? Give their names.
SELECT name FROM vet WHERE hire_year < 2012 OR salary > 80000

-- Which kind of pet is the most common?
-- What kind do most pets belong to?
SELECT kind FROM pet GROUP BY kind ORDER BY count(*) DESC LIMIT 1

-- Which pets have never had a visit? List their names.
-- Find the names of pets that were never brought in for a visit.
SELECT name FROM pet WHERE pet_id NOT IN (SELECT pet_id FROM visit)

-- Which vets earn more than the average salary? Show their names.
-- Find the names of vets whose salary is above average.
SELECT name FROM vet WHERE salary > (SELECT avg(salary) FROM vet)

-- In which cities do both an owner and a vet live?
SELECT city FROM owner INTERSECT SELECT city FROM vet

-- Which cities have owners but no vet?
-- Find the owner cities where no vet works.
SELECT city FROM owner EXCEPT SELECT city FROM vet

-- What are the names of the pets treated by Brian Lacey?
-- Which pets did the vet Brian Lacey see? Give their names.
SELECT T1.name FROM pet AS T1 JOIN visit AS T2 ON T1.pet_id = T2.pet_id JOIN vet AS T3 ON T2.vet_id = T3.vet_id WHERE T3.name = 'Brian Lacey'

-- How many visits did each vet have? Show the vet names and counts, sorted by name.
-- For every vet, in alphabetical order, give the name and the number of visits.
SELECT T1.name, count(*) FROM vet AS T1 JOIN visit AS T2 ON T1.vet_id = T2.vet_id GROUP BY T1.vet_id ORDER BY T1.name

-- Which owner has the most pets? Give the name.
-- What is the name of the owner with the largest number of pets?
SELECT T1.name FROM owner AS T1 JOIN pet AS T2 ON T1.owner_id = T2.owner_id GROUP BY T1.owner_id ORDER BY count(*) DESC LIMIT 1

-- Show the name of the pet with the highest total visit cost.
-- On which pet was the most money spent for visits?
SELECT T1.name FROM pet AS T1 JOIN visit AS T2 ON T1.pet_id = T2.pet_id GROUP BY T1.pet_id ORDER BY sum(T2.cost) DESC LIMIT 1

-- Find the names of owners who have both a pet of kind Dog and a pet of kind Cat.
-- Which owners keep a Dog as well as a Cat?
SELECT T1.name FROM owner AS T1 JOIN pet AS T2 ON T1.owner_id = T2.owner_id WHERE T2.kind = 'Dog' INTERSECT SELECT T1.name FROM owner AS T1 JOIN pet AS T2 ON T1.owner_id = T2.owner_id WHERE T2.kind = 'Cat'

-- What are the names of owners who do not have a Dog?
-- Which owners own no pet of kind Dog?
SELECT name FROM owner EXCEPT SELECT T1.name FROM owner AS T1 JOIN pet AS T2 ON T1.owner_id = T2.owner_id WHERE T2.kind = 'Dog'

-- What is the average cost of visits of pets of kind Dog?
SELECT avg(T1.cost) FROM visit AS T1 JOIN pet AS T2 ON T1.pet_id = T2.pet_id WHERE T2.kind = 'Dog'

-- Give the names of vets who had more than 3 visits, with the number of visits.
SELECT T1.name, count(*) FROM vet AS T1 JOIN visit AS T2 ON T1.vet_id = T2.vet_id GROUP BY T1.vet_id HAVING count(*) > 3

-- Which cats are heavier than the average pet of kind Cat? Show names and weights.
-- Show the name and weight of each pet of kind Cat that weighs more than the average Cat.
SELECT name, weight FROM pet WHERE kind = 'Cat' AND weight > (SELECT avg(weight) FROM pet WHERE kind = 'Cat')

-- What are the name and phone of the owner of the heaviest pet of kind Dog?
-- Give the name and phone number of the person who owns the heaviest Dog.
SELECT T1.name, T1.phone FROM owner AS T1 JOIN pet AS T2 ON T1.owner_id = T2.owner_id WHERE T2.kind = 'Dog' ORDER BY T2.weight DESC LIMIT 1

-- Which pets of owners from Cork have had a visit with the reason Check-up? Give the pet names.
SELECT T1.name FROM pet AS T1 JOIN owner AS T2 ON T1.owner_id = T2.owner_id JOIN visit AS T3 ON T1.pet_id = T3.pet_id WHERE T2.city = 'Cork' AND T3.reason = 'Check-up'

-- Show the names and weights of all pets of kind Dog, from heavy to light.
-- List the name and weight of each Dog, the heaviest first.
SELECT name, weight FROM pet WHERE kind = 'Dog' ORDER BY weight DESC

-- How many visits did the pet called Biscuit have?
-- Count the visits of the pet named Biscuit.
SELECT count(*) FROM visit AS T1 JOIN pet AS T2 ON T1.pet_id = T2.pet_id WHERE T2.name = 'Biscuit'

-- Which vets do not work in Dublin? Show name and city.
-- Give the name and city of every vet whose city is not Dublin.
SELECT name, city FROM vet WHERE city != 'Dublin'

-- What is the average visit cost for each reason that occurs more than twice?
-- For reasons with more than 2 visits, show the reason and the average cost.
SELECT reason, avg(cost) FROM visit GROUP BY reason HAVING count(*) > 2

-- Which pets were seen by a vet with the specialty Surgery or Dentistry? Show pet names and vet names.
SELECT T1.name, T3.name FROM pet AS T1 JOIN visit AS T2 ON T1.pet_id = T2.pet_id JOIN vet AS T3 ON T2.vet_id = T3.vet_id WHERE T3.specialty = 'Surgery' OR T3.specialty = 'Dentistry'
