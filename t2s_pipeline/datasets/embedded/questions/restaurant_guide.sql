-- How many restaurants are in the guide?
-- Count all restaurants.
SELECT count(*) FROM restaurant

-- What are the names of the chefs?
-- List all chef names.
SELECT name FROM chef

-- Which restaurants serve Mexican cuisine? Give their names.
-- List the names of restaurants with Mexican cuisine.
SELECT name FROM restaurant WHERE cuisine = 'Mexican'

-- What is the average price of a dish?
-- Find the mean dish price.
SELECT avg(price) FROM dish

-- How many dishes have more than 600 calories?
-- Count the dishes with over 600 calories.
SELECT count(*) FROM dish WHERE calories > 600

-- Which kinds of cuisine are there? List each cuisine once.
-- What are the distinct cuisines?
SELECT DISTINCT cuisine FROM restaurant

-- Show the names of the cities, largest population first.
-- List city names by population in descending order.
SELECT name FROM city ORDER BY population DESC

-- What is the smallest number of calories in a dish?
SELECT min(calories) FROM dish

-- What are the name and price of every dessert? The dish type is dessert.
-- Show names and prices of dishes of type dessert.
SELECT name, price FROM dish WHERE type = 'dessert'

-- Which restaurant is the oldest? Give its name.
-- What is the name of the restaurant that opened first?
SELECT name FROM restaurant ORDER BY opened_year LIMIT 1

-- What are the names of the four most expensive dishes?
-- Show the 4 dishes with the highest price.
SELECT name FROM dish ORDER BY price DESC LIMIT 4

-- How many restaurants serve each cuisine?
-- For each cuisine, count the restaurants.
SELECT cuisine, count(*) FROM restaurant GROUP BY cuisine

-- What is the average number of calories for each type of dish?
-- Show every dish type with its average calories.
SELECT type, avg(calories) FROM dish GROUP BY type

-- Show the name of each restaurant and the name of its city.
-- In which city is each restaurant? List restaurant names and city names.
SELECT T1.name, T2.name FROM restaurant AS T1 JOIN city AS T2 ON T1.city_id = T2.city_id

-- Which restaurants are in New Orleans?
-- List the names of all restaurants in the city New Orleans.
SELECT T1.name FROM restaurant AS T1 JOIN city AS T2 ON T1.city_id = T2.city_id WHERE T2.name = 'New Orleans'

-- Who cooks at the Bayou Table? Give the name and age of its chefs.
-- Show name and age of the chefs of the restaurant Bayou Table.
SELECT T1.name, T1.age FROM chef AS T1 JOIN restaurant AS T2 ON T1.restaurant_id = T2.restaurant_id WHERE T2.name = 'Bayou Table'

-- How many restaurants are in the state of Colorado?
-- Count the restaurants whose city lies in Colorado.
SELECT count(*) FROM restaurant AS T1 JOIN city AS T2 ON T1.city_id = T2.city_id WHERE T2.state = 'Colorado'

-- Which main dishes cost less than 15? The type is main.
-- Give the names of dishes of type main with a price below 15.
SELECT name FROM dish WHERE type = 'main' AND price < 15

-- Which dishes have Salad in their name? Show name and calories.
-- Show name and calories of dishes whose name contains Salad.
SELECT name, calories FROM dish WHERE name LIKE '%Salad%'

-- What are the names of critics who are not from the newspaper Denver Ledger?
-- Which critics write for a newspaper other than Denver Ledger?
SELECT name FROM critic WHERE newspaper != 'Denver Ledger'

-- Which cuisines have at least 3 restaurants?
-- List the cuisines that three or more restaurants serve.
SELECT cuisine FROM restaurant GROUP BY cuisine HAVING count(*) >= 3

-- Show the name of each restaurant with the average price of its dishes.
-- What is the average dish price in every restaurant? Give the restaurant name too.
SELECT T1.name, avg(T2.price) FROM restaurant AS T1 JOIN dish AS T2 ON T1.restaurant_id = T2.restaurant_id GROUP BY T1.restaurant_id

-- What are the highest and the lowest score given in 2022, between 2022-01-01 and 2022-12-31?
SELECT max(score), min(score) FROM rating WHERE rating_date BETWEEN '2022-01-01' AND '2022-12-31'

-- Which cities have no restaurant? Give the city names.
-- Find the names of cities where no restaurant is listed.
SELECT name FROM city WHERE city_id NOT IN (SELECT city_id FROM restaurant)

-- Which restaurants have never been rated? Show their names.
SELECT name FROM restaurant WHERE restaurant_id NOT IN (SELECT restaurant_id FROM rating)

-- Which dishes are more expensive than the average dish?
-- Find the names of dishes with a price above the average price.
SELECT name FROM dish WHERE price > (SELECT avg(price) FROM dish)

-- Which chefs are older than the chef Kenji Mori but younger than 45? Give their names.
SELECT name FROM chef WHERE age > (SELECT age FROM chef WHERE name = 'Kenji Mori') AND age < 45

-- Which newspapers have more than one critic? Show the newspaper and the number of critics.
SELECT newspaper, count(*) FROM critic GROUP BY newspaper HAVING count(*) > 1

-- Outside the states Texas and Louisiana, which city has the most restaurants? Give its name.
SELECT T1.name FROM city AS T1 JOIN restaurant AS T2 ON T1.city_id = T2.city_id WHERE T1.state != 'Texas' AND T1.state != 'Louisiana' GROUP BY T1.city_id ORDER BY count(*) DESC LIMIT 1

-- Which critics rated the restaurant Casa Paloma? Show names and scores.
-- Show the critics' names and the scores they gave to Casa Paloma.
SELECT T1.name, T2.score FROM critic AS T1 JOIN rating AS T2 ON T1.critic_id = T2.critic_id JOIN restaurant AS T3 ON T2.restaurant_id = T3.restaurant_id WHERE T3.name = 'Casa Paloma'

-- Which restaurant got the most ratings? Give its name and cuisine.
-- Show the name and cuisine of the restaurant that was rated most often.
SELECT T1.name, T1.cuisine FROM restaurant AS T1 JOIN rating AS T2 ON T1.restaurant_id = T2.restaurant_id GROUP BY T1.restaurant_id ORDER BY count(*) DESC LIMIT 1

-- In which cities can you eat both Barbecue and Italian cuisine? Show the city names.
-- Find the names of cities with a Barbecue restaurant and an Italian restaurant.
SELECT T1.name FROM city AS T1 JOIN restaurant AS T2 ON T1.city_id = T2.city_id WHERE T2.cuisine = 'Barbecue' INTERSECT SELECT T1.name FROM city AS T1 JOIN restaurant AS T2 ON T1.city_id = T2.city_id WHERE T2.cuisine = 'Italian'

-- Which restaurants serve no dessert? Show the restaurant names. The dish type is dessert.
-- Give the names of restaurants without any dish of type dessert.
SELECT name FROM restaurant EXCEPT SELECT T1.name FROM restaurant AS T1 JOIN dish AS T2 ON T1.restaurant_id = T2.restaurant_id WHERE T2.type = 'dessert'

-- What is the most expensive dish in Texas? Show the dish name and its price.
-- Find the name and price of the dish with the highest price in the state Texas.
SELECT T1.name, T1.price FROM dish AS T1 JOIN restaurant AS T2 ON T1.restaurant_id = T2.restaurant_id JOIN city AS T3 ON T2.city_id = T3.city_id WHERE T3.state = 'Texas' ORDER BY T1.price DESC LIMIT 1

-- Which restaurants opened after 2000 have an average score above 7? Give the name and the average score.
-- Show name and average score of restaurants opened later than 2000 whose average score is over 7.
SELECT T1.name, avg(T2.score) FROM restaurant AS T1 JOIN rating AS T2 ON T1.restaurant_id = T2.restaurant_id WHERE T1.opened_year > 2000 GROUP BY T1.restaurant_id HAVING avg(T2.score) > 7

-- How many critics have never given a score below 6?
-- Count the critics who gave no rating with a score under 6.
SELECT count(*) FROM critic WHERE critic_id NOT IN (SELECT critic_id FROM rating WHERE score < 6)

-- Show the name and opened year of all Cajun restaurants, the newest first. The cuisine is Cajun.
-- List the names and opened years of restaurants with the cuisine Cajun from new to old.
SELECT name, opened_year FROM restaurant WHERE cuisine = 'Cajun' ORDER BY opened_year DESC

-- How many dishes are there at the Red Chile House?
-- Count the dishes of the restaurant Red Chile House.
SELECT count(*) FROM dish AS T1 JOIN restaurant AS T2 ON T1.restaurant_id = T2.restaurant_id WHERE T2.name = 'Red Chile House'

-- What is the total population of the cities in each state?
-- For each state, add up the population of its cities.
SELECT state, sum(population) FROM city GROUP BY state

-- Which restaurants opened before 1990 or after 2015? Show the name, the cuisine and the year.
SELECT name, cuisine, opened_year FROM restaurant WHERE opened_year < 1990 OR opened_year > 2015

-- Which dishes are served in Denver or in Boulder? Show the dish name and the city name.
-- List dish names with city names for the cities Denver and Boulder.
SELECT T1.name, T3.name FROM dish AS T1 JOIN restaurant AS T2 ON T1.restaurant_id = T2.restaurant_id JOIN city AS T3 ON T2.city_id = T3.city_id WHERE T3.name = 'Denver' OR T3.name = 'Boulder'
