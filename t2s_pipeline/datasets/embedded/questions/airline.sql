-- How many airports are there?
-- Count the airports in the database.
SELECT count(*) FROM airport

-- List the names of all pilots.
-- Show all pilot names.
SELECT name FROM pilot

-- Which airports are in Spain? Show their names.
-- Give the names of airports located in Spain.
SELECT name FROM airport WHERE country = 'Spain'

-- What is the longest flight distance?
SELECT max(distance) FROM flight

-- What is the average price of a flight?
-- How much does a flight cost on average?
SELECT avg(price) FROM flight

-- How many passengers are older than 50?
-- Count the passengers over 50 years old.
SELECT count(*) FROM passenger WHERE age > 50

-- What are the different airplane models?
-- List all distinct models of airplanes.
SELECT DISTINCT model FROM airplane

-- List the passengers' names from the youngest to the oldest.
SELECT name FROM passenger ORDER BY age

-- What are the name and age of each passenger?
-- Show names and ages of the passengers.
SELECT name, age FROM passenger

-- Which pilots have more than 10000 hours? Give the name and hours.
-- Show the names and hours of all pilots who flew more than 10000 hours.
SELECT name, hours FROM pilot WHERE hours > 10000

-- Show the flight number and price of the most expensive flight.
-- Which flight has the highest price? Give flight number and price.
SELECT flight_number, price FROM flight ORDER BY price DESC LIMIT 1

-- Which pilot has the fewest flight hours?
-- What is the name of the pilot with the lowest number of hours?
SELECT name FROM pilot ORDER BY hours LIMIT 1

-- How many airplanes are there of each model?
-- Show each airplane model with the number of airplanes.
SELECT model, count(*) FROM airplane GROUP BY model

-- How many passengers come from each country?
SELECT country, count(*) FROM passenger GROUP BY country

-- Show the flight number of each flight and the name of its pilot.
-- Who flies which flight? List flight numbers and pilot names.
SELECT T1.flight_number, T2.name FROM flight AS T1 JOIN pilot AS T2 ON T1.pilot_id = T2.pilot_id

-- Which flights does Teresa Almeida fly? Show the flight numbers.
-- List the flight numbers of the pilot Teresa Almeida.
SELECT T1.flight_number FROM flight AS T1 JOIN pilot AS T2 ON T1.pilot_id = T2.pilot_id WHERE T2.name = 'Teresa Almeida'

-- How many flights start in the city Lisbon?
-- Count the flights whose origin airport is in Lisbon.
SELECT count(*) FROM flight AS T1 JOIN airport AS T2 ON T1.origin = T2.airport_code WHERE T2.city = 'Lisbon'

-- What are the flight numbers of flights to Amsterdam?
-- Which flights have a destination airport in Amsterdam? Show flight numbers.
SELECT T1.flight_number FROM flight AS T1 JOIN airport AS T2 ON T1.destination = T2.airport_code WHERE T2.city = 'Amsterdam'

-- Which flights are longer than 1000 and cheaper than 150? Show the flight numbers.
-- Give the numbers of flights with a distance over 1000 and a price under 150.
SELECT flight_number FROM flight WHERE distance > 1000 AND price < 150

-- What are the origin and destination of flights between 2023-06-01 and 2023-06-10?
-- Show origin and destination of each flight from 2023-06-01 to 2023-06-10.
SELECT origin, destination FROM flight WHERE flight_date BETWEEN '2023-06-01' AND '2023-06-10'

-- Show the model and seats of airplanes made by Boeing, so the model contains Boeing.
-- List model and seats of all airplanes with Boeing in the model name.
SELECT model, seats FROM airplane WHERE model LIKE '%Boeing%'

-- Which countries have at least 3 passengers?
SELECT country FROM passenger GROUP BY country HAVING count(*) >= 3

-- What is the average number of bags for each class of booking?
-- For every booking class, show the average number of bags.
SELECT class, avg(bags) FROM booking GROUP BY class

-- Which airports have 1 runway or more than 3 runways? Show name and runways.
-- List the name and runways of airports with exactly 1 runway or over 3.
SELECT name, runways FROM airport WHERE runways = 1 OR runways > 3

-- Which passengers have no booking?
-- Find the names of passengers who have never booked a flight.
SELECT name FROM passenger WHERE passenger_id NOT IN (SELECT passenger_id FROM booking)

-- Which flights cost more than the average flight? Show the flight numbers.
SELECT flight_number FROM flight WHERE price > (SELECT avg(price) FROM flight)

-- Which airports are not the destination of any flight? Show name and city.
-- Give the name and city of airports to which no flight goes.
SELECT name, city FROM airport WHERE airport_code NOT IN (SELECT destination FROM flight)

-- Which countries have a passenger but no pilot?
-- From which countries do passengers come, but no pilots?
SELECT country FROM passenger EXCEPT SELECT country FROM pilot

-- Which airports are both an origin and a destination? Show the airport codes.
SELECT origin FROM flight INTERSECT SELECT destination FROM flight

-- Which passenger has the most bookings? Give the name and the number of bookings.
-- Show the name of the passenger who booked most often and how many bookings there are.
SELECT T1.name, count(*) FROM passenger AS T1 JOIN booking AS T2 ON T1.passenger_id = T2.passenger_id GROUP BY T1.passenger_id ORDER BY count(*) DESC LIMIT 1

-- Which airport do most flights leave from? Show the name of the airport.
-- From which airport do the most flights start? Give its name.
SELECT T1.name FROM airport AS T1 JOIN flight AS T2 ON T1.airport_code = T2.origin GROUP BY T1.airport_code ORDER BY count(*) DESC LIMIT 1

-- What are the names of passengers booked on the flight NA301 in economy class?
-- Find the names of passengers who booked flight NA301 in the class economy.
SELECT T1.name FROM passenger AS T1 JOIN booking AS T2 ON T1.passenger_id = T2.passenger_id WHERE T2.flight_number = 'NA301' AND T2.class = 'economy'

-- Which passengers booked a flight with the airplane model Boeing 787? Show each name once.
-- Show the different names of passengers on flights with a Boeing 787.
SELECT DISTINCT T1.name FROM passenger AS T1 JOIN booking AS T2 ON T1.passenger_id = T2.passenger_id JOIN flight AS T3 ON T2.flight_number = T3.flight_number JOIN airplane AS T4 ON T3.airplane_id = T4.airplane_id WHERE T4.model = 'Boeing 787'

-- Which pilots have both a flight from LIS and a flight from CPH as origin?
SELECT T1.name FROM pilot AS T1 JOIN flight AS T2 ON T1.pilot_id = T2.pilot_id WHERE T2.origin = 'LIS' INTERSECT SELECT T1.name FROM pilot AS T1 JOIN flight AS T2 ON T1.pilot_id = T2.pilot_id WHERE T2.origin = 'CPH'

-- Which pilots never fly to the destination LIS? Show their names.
-- Find the names of pilots without a flight to LIS.
SELECT name FROM pilot EXCEPT SELECT T1.name FROM pilot AS T1 JOIN flight AS T2 ON T1.pilot_id = T2.pilot_id WHERE T2.destination = 'LIS'

-- Which airplane flew the largest total distance? Show the airplane id, the model and the total distance.
SELECT T1.airplane_id, T1.model, sum(T2.distance) FROM airplane AS T1 JOIN flight AS T2 ON T1.airplane_id = T2.airplane_id GROUP BY T1.airplane_id ORDER BY sum(T2.distance) DESC LIMIT 1

-- Which pilots older than 40 have more than 2 flights? Show the name and the number of flights.
-- List the name and flight count of pilots over 40 who have at least three flights.
SELECT T1.name, count(*) FROM pilot AS T1 JOIN flight AS T2 ON T1.pilot_id = T2.pilot_id WHERE T1.age > 40 GROUP BY T1.pilot_id HAVING count(*) > 2

-- Show the flight number and price of all flights from LIS, the cheapest first. LIS is the origin.
-- List flight numbers and prices of flights with the origin LIS in order of price.
SELECT flight_number, price FROM flight WHERE origin = 'LIS' ORDER BY price

-- How many bookings does Diego Navarro have?
-- Count the bookings of the passenger Diego Navarro.
SELECT count(*) FROM booking AS T1 JOIN passenger AS T2 ON T1.passenger_id = T2.passenger_id WHERE T2.name = 'Diego Navarro'

-- What are the average age and the number of passengers for each country?
SELECT country, avg(age), count(*) FROM passenger GROUP BY country

-- How many flights does each pilot fly? Show pilot names.
-- Give the name of every pilot with the number of flights.
SELECT T1.name, count(*) FROM pilot AS T1 JOIN flight AS T2 ON T1.pilot_id = T2.pilot_id GROUP BY T1.pilot_id
